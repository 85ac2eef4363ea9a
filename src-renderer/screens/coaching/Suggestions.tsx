/** Questions to ask by one press. */
import { Text } from '@mantine/core';
import { CornerDownRight } from 'lucide-react';
import { useId } from 'react';
import classes from './coaching.module.css';

interface Props {
  title: string;
  questions: readonly string[];
  onAsk: (question: string) => void;
}

export function Suggestions({ title, questions, onAsk }: Props) {
  const id = useId();
  if (questions.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <Text id={id} c="dimmed" fz="sm" mb={4}>
        {title}
      </Text>
      <ul className={classes.suggestions}>
        {questions.map((question) => (
          <li key={question}>
            <button type="button" className={classes.suggestion} onClick={() => onAsk(question)}>
              <CornerDownRight size={14} aria-hidden className={classes.arrow} />
              <span>{question}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
